// radio INTERFACE FRAME   makes an 802.11 interface a monitor, sends a frame (hexadecimal digits), prints the next other one that it has
#include <arpa/inet.h>
#include <linux/genetlink.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/nl80211.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST = 4096, ALL_PROTOCOLS = 3 };

// Radiotap's header without fields: it goes before the frame.
static const unsigned char radiotap[] = {0, 0, 8, 0, 0, 0, 0, 0};

struct message {
  struct nlmsghdr header;
  struct genlmsghdr generic;
  unsigned char attributes[64];
};

static int fail(const char *what) {
  perror(what);
  exit(1);
}

static void add(struct message *message, unsigned short type, const void *data, unsigned short length) {
  struct nlattr *attribute = (struct nlattr *)((char *)message + NLMSG_ALIGN(message->header.nlmsg_len));
  *attribute = (struct nlattr){.nla_len = (unsigned short)(NLA_HDRLEN + length), .nla_type = type};
  memcpy((char *)attribute + NLA_HDRLEN, data, length);
  message->header.nlmsg_len = NLMSG_ALIGN(message->header.nlmsg_len) + NLA_ALIGN(attribute->nla_len);
}

static void ask(int netlink, struct message *message, unsigned char *answer) {
  message->header.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
  if (send(netlink, message, message->header.nlmsg_len, 0) < 0) fail("netlink");
  if (recv(netlink, answer, MOST, 0) < 0) fail("netlink");
  const struct nlmsghdr *header = (const struct nlmsghdr *)answer;
  const struct nlmsgerr *error = NLMSG_DATA(header);
  if (header->nlmsg_type == NLMSG_ERROR && error->error != 0) {
    printf("netlink: %s\n", strerror(-error->error));
    exit(1);
  }
}

static unsigned short family(int netlink) {
  unsigned char answer[MOST];
  struct message message = {.header = {.nlmsg_len = NLMSG_LENGTH(GENL_HDRLEN), .nlmsg_type = GENL_ID_CTRL},
                            .generic = {.cmd = CTRL_CMD_GETFAMILY, .version = 1}};
  add(&message, CTRL_ATTR_FAMILY_NAME, "nl80211", 8);
  ask(netlink, &message, answer);
  const unsigned char *at = answer + NLMSG_LENGTH(GENL_HDRLEN);
  for (;; at += NLA_ALIGN(((const struct nlattr *)at)->nla_len)) {
    if (((const struct nlattr *)at)->nla_type == CTRL_ATTR_FAMILY_ID) break;
  }
  unsigned char ack[MOST];
  recv(netlink, ack, MOST, MSG_DONTWAIT);
  return *(const unsigned short *)(at + NLA_HDRLEN);
}

static void make_monitor(unsigned interface) {
  unsigned char answer[MOST];
  int netlink = socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC);
  unsigned monitor = NL80211_IFTYPE_MONITOR;
  struct message message = {.header = {.nlmsg_len = NLMSG_LENGTH(GENL_HDRLEN), .nlmsg_type = family(netlink)},
                            .generic = {.cmd = NL80211_CMD_SET_INTERFACE}};
  add(&message, NL80211_ATTR_IFINDEX, &interface, sizeof interface);
  add(&message, NL80211_ATTR_IFTYPE, &monitor, sizeof monitor);
  ask(netlink, &message, answer);
  close(netlink);
}

int main(int count, char **arguments) {
  unsigned char frame[MOST];
  if (count != 3) return 2;
  struct ifreq request = {0};
  strncpy(request.ifr_name, arguments[1], IFNAMSIZ - 1);
  struct sockaddr_ll address = {.sll_family = AF_PACKET, .sll_protocol = htons(ALL_PROTOCOLS)};
  address.sll_ifindex = (int)if_nametoindex(arguments[1]);
  make_monitor((unsigned)address.sll_ifindex);
  int packets = socket(AF_PACKET, SOCK_RAW, htons(ALL_PROTOCOLS));
  request.ifr_flags = IFF_UP;
  if (ioctl(packets, SIOCSIFFLAGS, &request) < 0) fail("up");
  if (bind(packets, (struct sockaddr *)&address, sizeof address) < 0) fail("bind");
  size_t length = sizeof radiotap;
  memcpy(frame, radiotap, length);
  for (const char *text = arguments[2]; sscanf(text, "%2hhx", &frame[length]) == 1; text += 2) length++;
  if (send(packets, frame, length, 0) != (ssize_t)length) fail("send");
  setvbuf(stdout, NULL, _IOLBF, 0);
  printf("sent\n");
  for (;;) {
    ssize_t got = recv(packets, frame, sizeof frame, 0);
    if (got < 0) fail("recv");
    size_t header = frame[2] + 256u * frame[3];
    for (size_t i = header; i < (size_t)got; i++) printf("%02x", frame[i]);
    printf("\n");
  }
}
