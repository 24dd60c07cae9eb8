/** Room for requests that wait to be started, over all connections. */
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
