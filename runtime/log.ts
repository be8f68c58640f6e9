/** Where the runtime's messages go. The shape of most loggers' methods: an embedder passes its own. */
export interface Logger {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** Warnings and errors to standard error, one line each. */
export const stderrLogger: Logger = {
  debug: () => {},
  info: () => {},
  warn: (message) => write("warning", message),
  error: (message) => write("error", message),
};

function write(level: string, message: string): void {
  process.stderr.write(`vdev: ${level}: ${message}\n`);
}
