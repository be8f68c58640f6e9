// scsi-command DEVICE none CDB          sends a command without data to a SCSI generic device
// scsi-command DEVICE in CDB LENGTH     one that reads, and prints what comes
// scsi-command DEVICE out CDB DATA      one that writes
// scsi-command DEVICE reset             has the unit reset
//
// CDB and DATA are hexadecimal digits. Fails where the command's status is not GOOD, and prints status and sense.
#include <fcntl.h>
#include <scsi/sg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

enum { DATA_MAX = 4096 };

static unsigned parse(const char *digits, unsigned char *bytes, unsigned room) {
  unsigned count = 0;
  for (; count < room && sscanf(digits + 2 * count, "%2hhx", &bytes[count]) == 1; count++) continue;
  return count;
}

static void print(const unsigned char *bytes, unsigned count) {
  for (unsigned i = 0; i < count; i++) printf("%02x", bytes[i]);
  printf("\n");
}

static void command(int device, int direction, const char *cdb, const char *what) {
  static unsigned char bytes[260], data[DATA_MAX], sense[252];
  sg_io_hdr_t request = {
      .interface_id = 'S',
      .dxfer_direction = direction,
      .cmdp = bytes,
      .cmd_len = (unsigned char)parse(cdb, bytes, sizeof bytes),
      .dxferp = data,
      .sbp = sense,
      .mx_sb_len = sizeof sense,
      .timeout = 60000,
  };
  if (direction == SG_DXFER_TO_DEV) request.dxfer_len = parse(what, data, sizeof data);
  if (direction == SG_DXFER_FROM_DEV) request.dxfer_len = (unsigned)atoi(what);
  if (ioctl(device, SG_IO, &request) != 0) {
    perror("SG_IO");
    exit(1);
  }
  if (direction == SG_DXFER_FROM_DEV) print(data, request.dxfer_len - (unsigned)request.resid);
  if (request.status == 0 && request.host_status == 0) return;
  printf("status %u, host %u, sense ", request.status, request.host_status);
  print(sense, request.sb_len_wr);
  exit(1);
}

static void reset(int device) {
  int what = SG_SCSI_RESET_DEVICE;
  if (ioctl(device, SG_SCSI_RESET, &what) == 0) return;
  perror("SG_SCSI_RESET");
  exit(1);
}

int main(int count, char **arguments) {
  if (count < 3) return 2;
  const char *kind = arguments[2];
  int device = open(arguments[1], O_RDWR);
  if (device < 0) {
    perror(arguments[1]);
    return 1;
  }
  if (strcmp(kind, "reset") == 0) reset(device);
  else if (strcmp(kind, "none") == 0 && count == 4) command(device, SG_DXFER_NONE, arguments[3], "");
  else if (strcmp(kind, "in") == 0 && count == 5) command(device, SG_DXFER_FROM_DEV, arguments[3], arguments[4]);
  else if (strcmp(kind, "out") == 0 && count == 5) command(device, SG_DXFER_TO_DEV, arguments[3], arguments[4]);
  else return 2;
  return 0;
}
