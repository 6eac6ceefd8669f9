#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A plugin of lightningd that does nothing but join its stdin and stdout to the Unix socket of the application that wants to be the plugin.
# python3 hands the two descriptors over and only waits; the others pump. The plugin ends when the application does.
# Installed by hand it looks for a socket named like itself and .socket, in the folder CAMEL_LIGHTNING_SOCKETS or else its own.
socket='@SOCKET@'
classes='@CLASSES@'
case $socket in
    @*)
        folder=${CAMEL_LIGHTNING_SOCKETS:-${0%/*}}
        socket=$folder/${0##*/}.socket
        classes=$folder
        ;;
esac

if command -v python3 >/dev/null 2>&1; then
    program='
import array, os, socket, sys
joined = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
joined.connect(sys.argv[1])
joined.sendmsg([b"F"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [0, 1]))])
os.close(0)
os.close(1)
while joined.recv(1):
    pass
'
    exec python3 -c "$program" "$socket"
fi

if command -v socat >/dev/null 2>&1; then
    exec socat STDIO "UNIX-CONNECT:$socket"
fi

if command -v perl >/dev/null 2>&1; then
    program='
use strict;
use Errno;
use IO::Handle;
use IO::Socket::UNIX;
my $joined = IO::Socket::UNIX->new(Type => SOCK_STREAM, Peer => $ARGV[0]) or die "connect: $!";
# whoever is slow to take what is for it must not keep us from what is for the other
my @ways = map { { from => $_->[0], to => $_->[1], bytes => "" } } [\*STDIN, $joined], [$joined, \*STDOUT];
$_->{to}->blocking(0) for @ways;
$SIG{PIPE} = "IGNORE";
while (1) {
    my ($readable, $writable) = ("", "");
    for (@ways) {
        if (length $_->{bytes}) { vec($writable, fileno $_->{to}, 1) = 1 } else { vec($readable, fileno $_->{from}, 1) = 1 }
    }
    select($readable, $writable, undef, undef);
    for my $way (@ways) {
        my $count = 1;
        if (length $way->{bytes}) {
            next unless vec($writable, fileno $way->{to}, 1);
            $count = syswrite($way->{to}, $way->{bytes});
            substr($way->{bytes}, 0, $count) = "" if defined $count;
        } elsif (vec($readable, fileno $way->{from}, 1)) {
            $count = sysread($way->{from}, $way->{bytes}, 65536);
        }
        exit 0 unless $count or not defined $count and ($!{EAGAIN} or $!{EINTR});
    }
}
'
    exec perl -e "$program" "$socket"
fi

pump=io/github/camellightning/node/cln/plugin/RelayPump
if command -v java >/dev/null 2>&1 && [ -f "$classes/$pump.class" ]; then
    exec java -Xshare:auto -XX:TieredStopAtLevel=1 -Xmx32m -cp "$classes" "$pump" "$socket"
fi

echo "camel-lightning relay: none of python3, socat, perl and java is here" >&2
exit 1
