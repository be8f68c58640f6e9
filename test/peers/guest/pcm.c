// pcm DEVICE FORMAT CHANNELS RATE FRAMES   (format as in asound.h, frames of a period)
//
// Goes through the life of an ALSA stream with a buffer of four periods, and prints "started" and "done". A playback device (its
// name ends in p) gets two periods of bytes that count up, before it starts, and plays them to their end. Of what a capture device
// has in its buffer the first period is printed in hexadecimal digits: a device that fills the buffer at once seems to ALSA to have
// recorded nothing.
#include <fcntl.h>
#include <limits.h>
#include <sound/asound.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PERIODS = 4 };

static int device;

static void call(unsigned long request, void *argument, const char *what) {
  if (ioctl(device, request, argument) >= 0) return;
  perror(what);
  exit(1);
}

static void set_mask(struct snd_pcm_hw_params *params, int which, unsigned value) {
  struct snd_mask *mask = &params->masks[which - SNDRV_PCM_HW_PARAM_FIRST_MASK];
  memset(mask, 0, sizeof *mask);
  mask->bits[value / 32] = 1u << (value % 32);
}

static void set_interval(struct snd_pcm_hw_params *params, int which, unsigned value) {
  struct snd_interval *interval = &params->intervals[which - SNDRV_PCM_HW_PARAM_FIRST_INTERVAL];
  *interval = (struct snd_interval){.min = value, .max = value, .integer = 1};
}

static unsigned interval(const struct snd_pcm_hw_params *params, int which) {
  return params->intervals[which - SNDRV_PCM_HW_PARAM_FIRST_INTERVAL].min;
}

static void set_up(int plays, char **numbers, struct snd_pcm_hw_params *params) {
  memset(params, 0, sizeof *params);
  memset(params->masks, 0xff, sizeof params->masks);
  for (unsigned i = 0; i < sizeof params->intervals / sizeof *params->intervals; i++) params->intervals[i].max = UINT_MAX;
  params->rmask = ~0u;
  set_mask(params, SNDRV_PCM_HW_PARAM_ACCESS,
           plays ? SNDRV_PCM_ACCESS_RW_INTERLEAVED : SNDRV_PCM_ACCESS_MMAP_INTERLEAVED);
  set_mask(params, SNDRV_PCM_HW_PARAM_FORMAT, (unsigned)atoi(numbers[0]));
  set_interval(params, SNDRV_PCM_HW_PARAM_CHANNELS, (unsigned)atoi(numbers[1]));
  set_interval(params, SNDRV_PCM_HW_PARAM_RATE, (unsigned)atoi(numbers[2]));
  set_interval(params, SNDRV_PCM_HW_PARAM_PERIOD_SIZE, (unsigned)atoi(numbers[3]));
  set_interval(params, SNDRV_PCM_HW_PARAM_PERIODS, PERIODS);
  call(SNDRV_PCM_IOCTL_HW_PARAMS, params, "hw_params");
  // It starts and stops when it is told to.
  struct snd_pcm_sw_params software = {.avail_min = 1, .start_threshold = LONG_MAX, .stop_threshold = LONG_MAX};
  call(SNDRV_PCM_IOCTL_SW_PARAMS, &software, "sw_params");
}

static void play(unsigned frames, unsigned bytes) {
  unsigned char *samples = malloc(2 * bytes);
  for (unsigned i = 0; i < 2 * bytes; i++) samples[i] = (unsigned char)i;
  struct snd_xferi all = {.buf = samples, .frames = 2 * frames};
  call(SNDRV_PCM_IOCTL_WRITEI_FRAMES, &all, "write");
  call(SNDRV_PCM_IOCTL_START, NULL, "start");
  printf("started\n");
  call(SNDRV_PCM_IOCTL_DRAIN, NULL, "drain");
  free(samples);
}

static void record(unsigned bytes) {
  call(SNDRV_PCM_IOCTL_START, NULL, "start");
  printf("started\n");
  const volatile unsigned char *samples = mmap(NULL, bytes, PROT_READ, MAP_SHARED, device, SNDRV_PCM_MMAP_OFFSET_DATA);
  if ((void *)samples == MAP_FAILED) {
    perror("mmap");
    exit(1);
  }
  while (samples[bytes - 1] == 0) usleep(1000);
  for (unsigned i = 0; i < bytes; i++) printf("%02x", samples[i]);
  printf("\n");
  munmap((void *)samples, bytes);
  call(SNDRV_PCM_IOCTL_DROP, NULL, "drop");
}

int main(int count, char **arguments) {
  struct snd_pcm_hw_params params;
  if (count != 6) return 2;
  int plays = arguments[1][strlen(arguments[1]) - 1] == 'p';
  setvbuf(stdout, NULL, _IOLBF, 0);
  device = open(arguments[1], O_RDWR);
  if (device < 0) return 2;
  set_up(plays, arguments + 2, &params);
  unsigned bytes = interval(&params, SNDRV_PCM_HW_PARAM_PERIOD_BYTES);
  call(SNDRV_PCM_IOCTL_PREPARE, NULL, "prepare");
  if (plays) play(interval(&params, SNDRV_PCM_HW_PARAM_PERIOD_SIZE), bytes);
  else record(bytes);
  call(SNDRV_PCM_IOCTL_HW_FREE, NULL, "hw_free");
  printf("done\n");
  return 0;
}
