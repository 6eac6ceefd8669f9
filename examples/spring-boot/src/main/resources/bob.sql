-- who sent it and which envelope it was: what comes again is the same row
create table if not exists orders (
  peer varchar(66) not null,
  envelope varchar(32) not null,
  content varchar not null,
  primary key (peer, envelope)
);
