// controls DEVICE                  lists the elements of a sound card with their values
// controls DEVICE set NUMBER VALUE  sets an integer element's first value; waits for an event that tells of an element
// controls DEVICE tlv NUMBER [WORD...]  writes an element's metadata; without words prints them
#include <fcntl.h>
#include <sound/asound.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { MOST = 64, SHOWN = 6 };

static int device;

static void call(unsigned long request, void *argument, const char *what) {
  if (ioctl(device, request, argument) >= 0) return;
  perror(what);
  exit(1);
}

static void show(struct snd_ctl_elem_id id) {
  struct snd_ctl_elem_info info = {.id = id};
  call(SNDRV_CTL_IOCTL_ELEM_INFO, &info, "info");
  printf("%u %s,%u: type %d, access %x", id.numid, info.id.name, info.id.index, info.type, info.access & 0xff);
  if (info.type == SNDRV_CTL_ELEM_TYPE_INTEGER)
    printf(", %ld to %ld by %ld", info.value.integer.min, info.value.integer.max, info.value.integer.step);
  for (unsigned i = 0; info.type == SNDRV_CTL_ELEM_TYPE_ENUMERATED && i < info.value.enumerated.items; i++) {
    struct snd_ctl_elem_info item = {.id = id, .value.enumerated.item = i};
    call(SNDRV_CTL_IOCTL_ELEM_INFO, &item, "item");
    printf(", %s", item.value.enumerated.name);
  }
  struct snd_ctl_elem_value value = {.id = id};
  call(SNDRV_CTL_IOCTL_ELEM_READ, &value, "read");
  for (unsigned i = 0; i < info.count; i++) {
    if (info.type == SNDRV_CTL_ELEM_TYPE_ENUMERATED) printf(" = %u", value.value.enumerated.item[i]);
    else printf(" = %ld", value.value.integer.value[i]);
  }
  printf("\n");
}

static void list(void) {
  struct snd_ctl_elem_id ids[MOST] = {0};
  struct snd_ctl_elem_list all = {.space = MOST, .pids = ids};
  call(SNDRV_CTL_IOCTL_ELEM_LIST, &all, "list");
  for (unsigned i = 0; i < all.used; i++) show(ids[i]);
}

static void set(unsigned number, long to) {
  int yes = 1;
  struct snd_ctl_event event;
  struct snd_ctl_elem_value value = {.id.numid = number, .value.integer.value[0] = to};
  call(SNDRV_CTL_IOCTL_SUBSCRIBE_EVENTS, &yes, "subscribe");
  call(SNDRV_CTL_IOCTL_ELEM_WRITE, &value, "write");
  setvbuf(stdout, NULL, _IOLBF, 0);
  printf("written\n");
  if (read(device, &event, sizeof event) == sizeof event)
    printf("%s has changed: %x\n", event.data.elem.id.name, event.data.elem.mask);
}

static void metadata(unsigned number, unsigned words, char **texts) {
  struct snd_ctl_tlv *tlv = calloc(1, sizeof *tlv + MOST * sizeof tlv->tlv[0]);
  tlv->numid = number;
  tlv->length = (words == 0 ? SHOWN : words) * (unsigned)sizeof tlv->tlv[0];
  for (unsigned i = 0; i < words && i < MOST; i++) tlv->tlv[i] = (unsigned)strtoul(texts[i], NULL, 0);
  call(words == 0 ? SNDRV_CTL_IOCTL_TLV_READ : SNDRV_CTL_IOCTL_TLV_WRITE, tlv, "metadata");
  for (unsigned i = 0; words == 0 && i < SHOWN; i++) printf("%d ", (int)tlv->tlv[i]);
  free(tlv);
}

int main(int count, char **arguments) {
  device = count < 2 ? -1 : open(arguments[1], O_RDWR);
  if (device < 0) return 2;
  if (count == 2) list();
  else if (count == 5 && strcmp(arguments[2], "set") == 0) set((unsigned)atoi(arguments[3]), atol(arguments[4]));
  else if (count > 3 && strcmp(arguments[2], "tlv") == 0) metadata((unsigned)atoi(arguments[3]), (unsigned)count - 4, arguments + 4);
  else return 2;
  return 0;
}
