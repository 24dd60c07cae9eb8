/** Room for what waits to be started, over all connections: requests, and commands of clients. */
export class Ingress {
  private taken = 0;

  constructor(private readonly room: number) {}

  /** False when there is no room. */
  take(): boolean {
    if (this.taken >= this.room) return false;
    this.taken++;
    return true;
  }

  give(): void {
    this.taken--;
  }
}
