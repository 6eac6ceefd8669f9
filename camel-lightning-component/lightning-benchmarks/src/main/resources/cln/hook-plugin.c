// SPDX-License-Identifier: Apache-2.0
// hook-plugin COUNT FILE: a plugin that lets every custommsg pass. Once it has answered so many, the messages a second go into the file.
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static char in[1 << 20], out[1 << 20];

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static void report(const char *path, double rate) {
    char temporary[4096];
    snprintf(temporary, sizeof temporary, "%s.new", path);
    FILE *file = fopen(temporary, "w");
    fprintf(file, "%f\n", rate);
    fclose(file);
    rename(temporary, path);
}

int main(int argc, char **argv) {
    int wanted = atoi(argv[1]), count = 0;
    double began = 0;
    size_t have = 0;
    for (ssize_t got; argc == 3 && (got = read(0, in + have, sizeof in - have)) > 0;) {
        have += got;
        size_t length = 0;
        char *from = in, *end;
        for (; (end = memmem(from, in + have - from, "\n\n", 2)); from = end + 2) {
            *end = 0;
            char *id = strstr(from, "\"id\":"), *stop = id ? strpbrk(id, ",}") : NULL;
            if (!stop) continue;
            const char *result = "{\"result\":\"continue\"}";
            if (strstr(from, "\"getmanifest\"")) {
                result = "{\"dynamic\":true,\"options\":[],\"rpcmethods\":[],\"subscriptions\":[],\"hooks\":[{\"name\":\"custommsg\"}]}";
            } else if (strstr(from, "\"method\":\"init\"")) {
                result = "{}";
            } else if (++count == 1) {
                began = now();
            }
            length += snprintf(out + length, sizeof out - length, "{\"jsonrpc\":\"2.0\",%.*s,\"result\":%s}\n\n",
                (int)(stop - id), id, result);
        }
        have -= from - in;
        memmove(in, from, have);
        if (length > 0 && write(1, out, length) != (ssize_t)length) return 1;
        if (count == wanted) { report(argv[2], (count - 1) / (now() - began)); wanted = -1; }
    }
    return 0;
}
