/** A backend that does not do what the protocol asks of it; match on `code`. */
export class FrontendError extends Error {
  override readonly name = "FrontendError";
  readonly code: "VDEV_BACKEND_GONE" | "VDEV_BACKEND_SILENT" | "VDEV_BACKEND_REFUSED" | "VDEV_BACKEND_REPLY";

  constructor(code: FrontendError["code"], message: string) {
    super(message);
    this.code = code;
  }
}
