/** Prices in cents, times in minutes. */
export const tariff = {
  freeMinutes: 30,
  hourlyRate: 250,
  dailyCap: 1800,
};

export const MINUTES_PER_HOUR = 60;
export const MINUTES_PER_DAY = 24 * MINUTES_PER_HOUR;
