// events DEVICE TYPE CODE VALUE COUNT
//
// Sends the event to an evdev device, such as a LED's, and prints the device's absolute X axis, if it has one. Then reads COUNT
// events and prints each as its type, code and value.
#include <fcntl.h>
#include <linux/input.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int number(const char *text) { return (int)strtol(text, NULL, 0); }

static int failed(const char *what) {
  perror(what);
  return 1;
}

int main(int count, char **arguments) {
  if (count != 6) return 2;
  int device = open(arguments[1], O_RDWR);
  if (device < 0) return failed(arguments[1]);
  struct input_absinfo x;
  setvbuf(stdout, NULL, _IOLBF, 0);
  struct input_event event = {
      .type = (unsigned short)number(arguments[2]),
      .code = (unsigned short)number(arguments[3]),
      .value = number(arguments[4]),
  };
  if (write(device, &event, sizeof event) != sizeof event) return failed("the event was not taken");
  if (ioctl(device, EVIOCGABS(ABS_X), &x) == 0)
    printf("x %d to %d, fuzz %d, flat %d, resolution %d\n", x.minimum, x.maximum, x.fuzz, x.flat, x.resolution);
  for (int left = number(arguments[5]); left > 0; left--) {
    if (read(device, &event, sizeof event) != sizeof event) return failed("no event came");
    printf("%u %u %d\n", event.type, event.code, event.value);
  }
  return 0;
}
