import { STATUS_CODES } from "node:http";

/** Where Node's words are not those that clients know from the protocol. */
const OTHERS: Record<number, string | undefined> = { 418: "I'm a teapot", 509: undefined };

/** The standard words for a status; the server's own are not used. */
export function reasonPhrase(status: number): string {
  return (status in OTHERS ? OTHERS[status] : STATUS_CODES[status]) ?? "<unknown status code>";
}
