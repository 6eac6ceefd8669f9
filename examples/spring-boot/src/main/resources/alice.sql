-- what is to be sent: written in the transaction of whatever makes an order
create table if not exists outbox (
  nr bigint generated always as identity primary key,
  id varchar(36) default random_uuid() not null unique,
  content varchar not null
);

-- what cannot be sent, for an operator
create table if not exists dead_letters (
  id varchar(36) primary key,
  content varchar not null,
  reason varchar not null
);
