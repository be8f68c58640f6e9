/** An access to the configuration space that is not allowed; match on `code`. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly code: "VDEV_CONFIG_RANGE" | "VDEV_CONFIG_ACCESS" | "VDEV_CONFIG_VALUE";

  constructor(code: ConfigError["code"], message: string) {
    super(message);
    this.code = code;
  }
}
