import { parkingFee } from "./fee.js";

/** A line such as `2 h 05 min  7.50`. */
export function receiptLine(minutes) {
  const hours = Math.floor(minutes / 60);
  const rest = String(minutes % 60).padStart(2, "0");
  return `${hours} h ${rest} min  ${(parkingFee(minutes) / 100).toFixed(2)}`;
}
