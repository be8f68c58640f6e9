// net-control INTERFACE COMMAND [NUMBER...]   asks a network driver for what BusyBox has no program for:
//   coalesce USECS FRAMES          of all receive queues, then of all transmit queues
//   coalesce-queue N USECS FRAMES  of one pair of queues
//   channels N                     pairs of queues in use
//   gro-hw 0|1                     offloads of received packets
//   statistics NAME                prints one of the driver's
//   segments ADDRESS BYTES SIZE    sends UDP of that many bytes to port 9, to be cut into datagrams of SIZE
#include <arpa/inet.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <netinet/udp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static const char *interface;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void ask(void *command, const char *what) {
  int descriptor = socket(AF_INET, SOCK_DGRAM, 0);
  struct ifreq request = {.ifr_data = command};
  strncpy(request.ifr_name, interface, IFNAMSIZ - 1);
  if (descriptor < 0 || ioctl(descriptor, SIOCETHTOOL, &request) != 0) fail(what);
  close(descriptor);
}

static void coalesce(uint32_t usecs, uint32_t frames) {
  struct ethtool_coalesce command = {.cmd = ETHTOOL_GCOALESCE};
  ask(&command, "reading coalescing");
  command.cmd = ETHTOOL_SCOALESCE;
  command.rx_coalesce_usecs = usecs;
  command.rx_max_coalesced_frames = frames;
  ask(&command, "coalescing");
  command.tx_coalesce_usecs = usecs;
  command.tx_max_coalesced_frames = frames;
  ask(&command, "coalescing");
}

static void coalesce_queue(uint32_t pair, uint32_t usecs, uint32_t frames) {
  struct {
    struct ethtool_per_queue_op head;
    struct ethtool_coalesce queue;
  } command = {.head = {.cmd = ETHTOOL_PERQUEUE, .sub_command = ETHTOOL_SCOALESCE}};
  command.head.queue_mask[pair / 32] = 1u << pair % 32;
  command.queue = (struct ethtool_coalesce){
      .cmd = ETHTOOL_SCOALESCE,
      .rx_coalesce_usecs = usecs,
      .rx_max_coalesced_frames = frames,
      .tx_coalesce_usecs = usecs,
      .tx_max_coalesced_frames = frames,
  };
  ask(&command, "coalescing of a pair of queues");
}

static void channels(uint32_t count) {
  struct ethtool_channels command = {.cmd = ETHTOOL_SCHANNELS, .combined_count = count};
  ask(&command, "channels");
}

// The strings of a set, ETH_GSTRING_LEN bytes each.
static struct ethtool_gstrings *strings(uint32_t set) {
  struct {
    struct ethtool_sset_info head;
    uint32_t length;
  } sizes = {.head = {.cmd = ETHTOOL_GSSET_INFO, .sset_mask = 1ull << set}};
  ask(&sizes, "number of strings");
  struct ethtool_gstrings *command = calloc(1, sizeof *command + sizes.length * ETH_GSTRING_LEN);
  *command = (struct ethtool_gstrings){.cmd = ETHTOOL_GSTRINGS, .string_set = set, .len = sizes.length};
  ask(command, "strings");
  return command;
}

static uint32_t index_of(const struct ethtool_gstrings *all, const char *name) {
  for (uint32_t i = 0; i < all->len; i++) {
    if (strncmp((const char *)all->data + i * ETH_GSTRING_LEN, name, ETH_GSTRING_LEN) == 0) return i;
  }
  fprintf(stderr, "the driver has no %s\n", name);
  exit(1);
}

static void gro_hw(int on) {
  struct ethtool_gstrings *names = strings(ETH_SS_FEATURES);
  uint32_t bit = index_of(names, "rx-gro-hw"), blocks = (names->len + 31) / 32;
  struct ethtool_sfeatures *command = calloc(1, sizeof *command + blocks * sizeof command->features[0]);
  *command = (struct ethtool_sfeatures){.cmd = ETHTOOL_SFEATURES, .size = blocks};
  command->features[bit / 32].valid = 1u << bit % 32;
  command->features[bit / 32].requested = on ? 1u << bit % 32 : 0;
  ask(command, "offloads");
}

static void statistics(const char *name) {
  struct ethtool_gstrings *names = strings(ETH_SS_STATS);
  struct ethtool_stats *command = calloc(1, sizeof *command + names->len * sizeof command->data[0]);
  *command = (struct ethtool_stats){.cmd = ETHTOOL_GSTATS, .n_stats = names->len};
  ask(command, "statistics");
  printf("%llu\n", (unsigned long long)command->data[index_of(names, name)]);
}

static void segments(const char *address, size_t bytes, int size) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9)};
  int descriptor = socket(AF_INET, SOCK_DGRAM, 0);
  char *data = calloc(1, bytes);
  memset(data, 'v', bytes);
  if (inet_pton(AF_INET, address, &to.sin_addr) != 1) fail(address);
  if (size > 0 && setsockopt(descriptor, SOL_UDP, UDP_SEGMENT, &size, sizeof size) != 0) fail("UDP_SEGMENT");
  if (sendto(descriptor, data, bytes, 0, (struct sockaddr *)&to, sizeof to) != (ssize_t)bytes) fail("sendto");
}

int main(int count, char **arguments) {
  if (count < 4) return 2;
  interface = arguments[1];
  const char *command = arguments[2];
  int number[3] = {0};
  for (int i = 0; i < 3 && i + 3 < count; i++) number[i] = atoi(arguments[i + 3]);
  if (strcmp(command, "coalesce") == 0) coalesce(number[0], number[1]);
  else if (strcmp(command, "coalesce-queue") == 0) coalesce_queue(number[0], number[1], number[2]);
  else if (strcmp(command, "channels") == 0) channels(number[0]);
  else if (strcmp(command, "gro-hw") == 0) gro_hw(number[0]);
  else if (strcmp(command, "statistics") == 0) statistics(arguments[3]);
  else if (strcmp(command, "segments") == 0) segments(arguments[3], number[1], number[2]);
  else return 2;
  return 0;
}
