// vsock cid                           prints the context id of this guest
// vsock connect KIND PORT OWN TEXT    from port OWN to the host's PORT: sends TEXT, prints the message that comes, and closes
// vsock listen KIND OWN               takes one connection, prints its message, and closes
//
// KIND is stream or seqpacket. A line says how far it is: "connecting", "connected", "sent", "listening", "accepted CID:PORT".
#include <errno.h>
#include <fcntl.h>
#include <linux/vm_sockets.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static void fail(const char *what) {
  printf("%s: %m\n", what);
  exit(1);
}

static int open_socket(const char *kind, const char *own, int flags) {
  struct sockaddr_vm address = {
      .svm_family = AF_VSOCK,
      .svm_cid = VMADDR_CID_ANY,
      .svm_port = (unsigned)atoi(own),
  };
  int descriptor = socket(AF_VSOCK, (strcmp(kind, "stream") == 0 ? SOCK_STREAM : SOCK_SEQPACKET) | flags, 0);
  if (descriptor < 0) fail("socket");
  if (bind(descriptor, (struct sockaddr *)&address, sizeof address) != 0) fail("bind");
  return descriptor;
}

static void print_message(int descriptor) {
  char text[4096];
  ssize_t length = recv(descriptor, text, sizeof text, 0);
  if (length < 0) fail("recv");
  printf("%.*s\n", (int)length, text);
}

static void print_cid(void) {
  unsigned cid = 0;
  int descriptor = open("/dev/vsock", O_RDONLY);
  if (descriptor < 0 || ioctl(descriptor, IOCTL_VM_SOCKETS_GET_LOCAL_CID, &cid) != 0) fail("/dev/vsock");
  printf("%u\n", cid);
}

static void connect_to(const char *kind, const char *port, const char *own, const char *text) {
  struct sockaddr_vm host = {.svm_family = AF_VSOCK, .svm_cid = VMADDR_CID_HOST, .svm_port = (unsigned)atoi(port)};
  struct timeval patience = {.tv_sec = 60};
  int descriptor = open_socket(kind, own, SOCK_NONBLOCK), error = 0;
  socklen_t size = sizeof error;
  if (setsockopt(descriptor, AF_VSOCK, SO_VM_SOCKETS_CONNECT_TIMEOUT, &patience, sizeof patience) != 0) fail("timeout");
  if (connect(descriptor, (struct sockaddr *)&host, sizeof host) == 0 || errno != EINPROGRESS) fail("connect");
  printf("connecting\n");
  poll(&(struct pollfd){.fd = descriptor, .events = POLLOUT}, 1, -1);
  if (getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size) != 0) fail("SO_ERROR");
  errno = error;
  if (error != 0) fail("connect");
  printf("connected\n");
  fcntl(descriptor, F_SETFL, 0);
  if (send(descriptor, text, strlen(text), 0) < 0) fail("send");
  printf("sent\n");
  print_message(descriptor);
  close(descriptor);
}

static void listen_at(const char *kind, const char *own) {
  struct sockaddr_vm peer;
  socklen_t size = sizeof peer;
  int descriptor = open_socket(kind, own, 0);
  if (listen(descriptor, 1) != 0) fail("listen");
  printf("listening\n");
  int connection = accept(descriptor, (struct sockaddr *)&peer, &size);
  if (connection < 0) fail("accept");
  printf("accepted %u:%u\n", peer.svm_cid, peer.svm_port);
  print_message(connection);
  close(connection);
}

int main(int count, char **arguments) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  if (count == 2 && strcmp(arguments[1], "cid") == 0) print_cid();
  else if (count == 6 && strcmp(arguments[1], "connect") == 0) connect_to(arguments[2], arguments[3], arguments[4], arguments[5]);
  else if (count == 4 && strcmp(arguments[1], "listen") == 0) listen_at(arguments[2], arguments[3]);
  else return 2;
  return 0;
}
