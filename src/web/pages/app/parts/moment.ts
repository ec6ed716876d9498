/** When a day of the reader's begins, such as that of a field for dates; `add_days` later, to include it. */
export function momentOf(day: string, add_days = 0): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  return new Date(year, month - 1, date + add_days).toISOString()
}
