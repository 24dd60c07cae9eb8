import { MINUTES_PER_DAY, MINUTES_PER_HOUR, tariff } from "./tariff.js";

/** The fee for a stay that fits into one day. */
function feeWithinDay(minutes) {
  const hours = Math.floor(minutes / MINUTES_PER_HOUR);
  return Math.min(hours * tariff.hourlyRate, tariff.dailyCap);
}

/**
 * The fee for a stay.
 * @param {number} minutes length of the stay
 * @returns {number} cents
 */
export function parkingFee(minutes) {
  if (!Number.isInteger(minutes) || minutes < 0) {
    throw new RangeError(`minutes must be a whole number, not ${minutes}`);
  }
  if (minutes <= tariff.freeMinutes) return 0;
  const days = Math.floor(minutes / MINUTES_PER_DAY);
  const rest = minutes % MINUTES_PER_DAY;
  return days * tariff.dailyCap + feeWithinDay(rest);
}
