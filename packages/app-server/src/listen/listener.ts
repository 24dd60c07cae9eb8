/** A place where clients come in. */
export interface Listener {
  /** `IP:PORT`, or the path of the socket. */
  readonly address: string;
  /** Takes no more clients; those that are in stay. */
  close(): Promise<void>;
}
