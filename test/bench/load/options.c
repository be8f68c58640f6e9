#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "load.h"

static const char usage[] =
    "usage: load --socket PATH [--depth N] [--block-size BYTES] [--write] [--random] [--spin] [--queues N]\n"
    "  [--queue-size N] [--seconds S] [--warm-up S] [--segments N] [--regions N] [--span BYTES] [--process PID]\n"
    "\n"
    "Keeps N requests in flight on a vhost-user disk and prints what it saw as JSON. It sleeps until completions come;\n"
    "with --spin it looks for them without end. --segments divides a request's buffer, --regions spreads the buffers over\n"
    "regions of memory, --process takes the processor time of the backend while it measures.\n";

static const struct option names[] = {
    {"socket", required_argument, NULL, 's'},     {"depth", required_argument, NULL, 'd'},
    {"block-size", required_argument, NULL, 'b'}, {"write", no_argument, NULL, 'w'},
    {"random", no_argument, NULL, 'r'},           {"spin", no_argument, NULL, 'i'},
    {"queues", required_argument, NULL, 'q'},     {"queue-size", required_argument, NULL, 'z'},
    {"seconds", required_argument, NULL, 't'},    {"warm-up", required_argument, NULL, 'u'},
    {"segments", required_argument, NULL, 'g'},   {"regions", required_argument, NULL, 'm'},
    {"span", required_argument, NULL, 'n'},       {"process", required_argument, NULL, 'p'},
    {"help", no_argument, NULL, 'h'},             {NULL, 0, NULL, 0},
};

static _Noreturn void refuse(const char *what) {
    fprintf(stderr, "load: %s\n%s", what, usage);
    exit(2);
}

static uint64_t whole(const char *text, uint64_t max) {
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (errno != 0 || *text < '0' || *text > '9' || *end != 0 || value == 0 || value > max)
        refuse("a number is not whole, or out of range");
    return value;
}

static double duration(const char *text) {
    char *end;
    double value = strtod(text, &end);
    if (end == text || *end != 0 || !(value >= 0 && value <= 3600))
        refuse("a time is not from 0 to 3600 seconds");
    return value;
}

static void set(struct options *options, int name) {
    switch (name) {
    case 's': options->socket = optarg; break;
    case 'd': options->depth = (unsigned)whole(optarg, 4096); break;
    case 'b': options->block_size = whole(optarg, 1 << 24); break;
    case 'w': options->write = true; break;
    case 'r': options->random = true; break;
    case 'i': options->spin = true; break;
    case 'q': options->queues = (unsigned)whole(optarg, 256); break;
    case 'z': options->queue_size = (unsigned)whole(optarg, 32768); break;
    case 't': options->seconds = duration(optarg); break;
    case 'u': options->warm_up = duration(optarg); break;
    case 'g': options->segments = (unsigned)whole(optarg, 1024); break;
    case 'm': options->regions = (unsigned)whole(optarg, 4096); break;
    case 'n': options->span = whole(optarg, UINT64_MAX); break;
    case 'p': options->process = (pid_t)whole(optarg, 1 << 22); break;
    case 'h': fputs(usage, stdout); exit(0);
    default: refuse("unknown option");
    }
}

struct options parse_options(int argc, char **argv) {
    struct options options = {.depth = 1, .block_size = 4096, .queues = 1, .seconds = 1, .segments = 1, .regions = 1,
                              .span = 1ull << 30};
    for (int name; (name = getopt_long(argc, argv, "", names, NULL)) != -1;)
        set(&options, name);
    if (options.socket == NULL || optind < argc)
        refuse("--socket PATH is needed, and nothing else beside options");
    if (options.block_size % 512 != 0 || options.block_size % options.segments != 0)
        refuse("a block is whole sectors of 512 bytes, and its segments are of one size");
    return options;
}
