/* How long a program takes to serve: start ROOT SOCKET PROGRAM [ARGUMENT...] starts it in the root folder ROOT, prints the
 * microseconds until somebody can connect to the socket (a path outside of ROOT), and ends it. */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE_US 20000000

static int64_t now_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int connects(const struct sockaddr_un *address) {
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int result = connect(fd, (const struct sockaddr *)address, sizeof *address);
    close(fd);
    return result == 0;
}

static void become(char **argv) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (chroot(argv[1]) < 0 || (strcmp(argv[1], "/") != 0 && chdir("/") < 0))
        _exit(126);
    execvp(argv[3], argv + 3);
    _exit(127);
}

int main(int argc, char **argv) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (argc < 4 || strlen(argv[2]) >= sizeof address.sun_path) {
        fprintf(stderr, "usage: start ROOT SOCKET PROGRAM [ARGUMENT...]\n");
        return 2;
    }
    strcpy(address.sun_path, argv[2]);
    int64_t begin = now_us(), took;
    pid_t child = fork();
    if (child == 0)
        become(argv);
    while (!connects(&address)) {
        took = now_us() - begin;
        if (child < 0 || waitpid(child, NULL, WNOHANG) != 0 || took > PATIENCE_US) {
            fprintf(stderr, "start: nobody listens at %s\n", argv[2]);
            return 1;
        }
        /* The program needs the processor more. */
        nanosleep(&(struct timespec){0, 50000}, NULL);
    }
    took = now_us() - begin;
    kill(child, SIGTERM);
    waitpid(child, NULL, 0);
    unlink(argv[2]);
    printf("%" PRId64 "\n", took);
    return 0;
}
