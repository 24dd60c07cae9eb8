import { STATUS_CODES } from "node:http";

/** The standard words for a status; the server's own are not used. */
export function reasonPhrase(status: number): string {
  return STATUS_CODES[status] ?? "<unknown status code>";
}
