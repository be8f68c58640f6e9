// cursor DEVICE   shows a cursor of 64 x 64 pixels, each 0xff0000 plus its number, on the first CRTC of a DRM device, and moves it
#include <drm/drm.h>
#include <drm/drm_mode.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

enum { SIDE = 64 };

static int device;

static void call(unsigned long request, void *argument, const char *what) {
  if (ioctl(device, request, argument) >= 0) return;
  perror(what);
  exit(1);
}

static void fill(unsigned handle, unsigned long bytes) {
  struct drm_mode_map_dumb map = {.handle = handle};
  call(DRM_IOCTL_MODE_MAP_DUMB, &map, "map");
  unsigned *pixels = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, device, (off_t)map.offset);
  if (pixels == MAP_FAILED) exit(1);
  for (unsigned i = 0; i < SIDE * SIDE; i++) pixels[i] = 0xff0000 + i;
}

int main(int count, char **arguments) {
  if (count != 2) return 2;
  device = open(arguments[1], O_RDWR);
  if (device < 0) return 2;
  unsigned crtc;
  struct drm_mode_card_res resources = {.crtc_id_ptr = (unsigned long)&crtc, .count_crtcs = 1};
  call(DRM_IOCTL_MODE_GETRESOURCES, &resources, "resources");
  struct drm_mode_create_dumb dumb = {.width = SIDE, .height = SIDE, .bpp = 32};
  call(DRM_IOCTL_MODE_CREATE_DUMB, &dumb, "dumb buffer");
  fill(dumb.handle, dumb.size);
  struct drm_mode_cursor2 cursor = {
      .flags = DRM_MODE_CURSOR_BO, .crtc_id = crtc, .width = SIDE, .height = SIDE, .handle = dumb.handle, .hot_x = 3, .hot_y = 4};
  call(DRM_IOCTL_MODE_CURSOR2, &cursor, "cursor");
  cursor.flags = DRM_MODE_CURSOR_MOVE;
  cursor.x = 30;
  cursor.y = 40;
  call(DRM_IOCTL_MODE_CURSOR2, &cursor, "move");
  return 0;
}
