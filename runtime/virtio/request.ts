import { BufferView } from "./buffer-view.js";

/**
 * A request of the driver. Generated subclasses read and check what is typed, then call the behaviour's handler; the
 * view stays valid until it is completed, at once or later. After that it belongs to the next request in its slot: read
 * nothing from it, and do not complete it again, for that would answer the other request.
 */
export abstract class Request<Handlers = unknown> extends BufferView {
  /**
   * @internal Reads the request and calls its handler.
   *
   * @returns what the handler returned: a promise where it is asynchronous
   */
  abstract dispatch(handlers: Handlers): unknown;
}
