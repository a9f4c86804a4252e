/**
 * What went wrong, under a code that stays the same from version to version; docs/topics/client.md lists them all.
 * Neither the message nor anything else in it ever holds a token.
 */
export class HutongError extends Error {
  /** A stable name, such as `queue_full`. */
  readonly code: string;

  constructor(code: string, message = code, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'HutongError';
    this.code = code;
  }
}

/** The server answered with an `error` message; the code is the server's. */
export class ServerError extends HutongError {
  /** The whole `error` message. */
  readonly answer: unknown;

  constructor(code: string, message: string, answer: unknown) {
    super(code, message);
    this.name = 'ServerError';
    this.answer = answer;
  }
}
