// SPDX-License-Identifier: Apache-2.0
// send-client SOCKET NODE_ID MESSAGE_HEX COUNT IN_FLIGHT: sendcustommsg over one connection, with no more than that in flight.
// Prints messages a second, and the median and the 99th percentile of the time to the reply in microseconds.
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static char in[1 << 20], out[1 << 20];

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

static int ascending(const void *a, const void *b) {
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

int main(int argc, char **argv) {
    int fd = socket(AF_UNIX, SOCK_STREAM, 0), count = atoi(argv[argc - 2]), limit = atoi(argv[argc - 1]);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strncpy(address.sun_path, argv[1], sizeof address.sun_path - 1);
    if (connect(fd, (struct sockaddr *)&address, sizeof address)) { perror("connect"); return 1; }
    double *times = calloc(count, sizeof *times), began = now();
    size_t have = 0;
    for (int sent = 0, answered = 0; answered < count;) {
        size_t length = 0;
        while (sent < count && sent - answered < limit && length < sizeof out / 2) {
            length += snprintf(out + length, sizeof out - length, "{\"jsonrpc\":\"2.0\",\"id\":\"c:sendcustommsg#%d\",\"method\":"
                "\"sendcustommsg\",\"params\":{\"node_id\":\"%s\",\"msg\":\"%s\"}}", sent, argv[2], argv[3]);
            times[sent++] = now();
        }
        if (length > 0 && write(fd, out, length) != (ssize_t)length) { perror("write"); return 1; }
        ssize_t got = read(fd, in + have, sizeof in - have);
        if (got <= 0) { perror("read"); return 1; }
        have += got;
        char *from = in, *end;
        for (; (end = memmem(from, in + have - from, "\n\n", 2)); from = end + 2, answered++) {
            char *id = memchr(from, '#', end - from);
            if (!id || !memmem(from, end - from, "\"result\"", 8)) { fwrite(from, 1, end - from, stderr); return 1; }
            int number = atoi(id + 1);
            times[number] = now() - times[number];
        }
        have -= from - in;
        memmove(in, from, have);
    }
    double seconds = (now() - began) / 1e6;
    qsort(times, count, sizeof *times, ascending);
    printf("%f %f %f\n", count / seconds, times[count / 2], times[count - 1 - count / 100]);
    return 0;
}
