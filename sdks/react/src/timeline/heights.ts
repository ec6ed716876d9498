/** How tall each row is, and so where it stands: measured where it was on screen, estimated where it was not. */
export interface Heights {
  /** These rows, in this order. Rows keep what was measured of them, those that are gone for a while. */
  rows(keys: readonly { readonly key: string }[]): void
  /** Returns whether it is another height than before, in pixels. */
  measure(key: string, height: number): boolean
  /** Where row `index` begins; of the length, where the last one ends. */
  top(index: number): number
  total(): number
  /** The row at `y`; the nearest one outside. */
  at(y: number): number
  indexOf(key: string, near?: number): number
}

/** Of so many rows that are gone the height is still known, and of as many as there are: they may come again. */
const spare = 1000

export function createHeights(estimate: number): Heights {
  const measured = new Map<string, number>()
  let rows: readonly { readonly key: string }[] = []
  let tops = new Float64Array(64)
  /** `tops` holds up to and with this index. */
  let valid = 0

  function reach(index: number): void {
    if (tops.length <= rows.length) {
      const more = new Float64Array(Math.max(rows.length + 1, tops.length * 2))
      more.set(tops)
      tops = more
    }
    for (; valid < index; valid++)
      tops[valid + 1] = (tops[valid] ?? 0) + (measured.get(rows[valid]?.key ?? '') ?? estimate)
  }

  /** Of what is gone for long. */
  function forget(): void {
    const here = new Set(rows.map(({ key }) => key))
    for (const key of measured.keys()) if (!here.has(key)) measured.delete(key)
  }

  const heights: Heights = {
    rows: (next) => {
      if (next === rows) return
      let same = 0
      while (same < next.length && same < rows.length && (next[same] === rows[same] || next[same]?.key === rows[same]?.key)) same++ // prettier-ignore
      rows = next
      valid = Math.min(valid, same)
      if (measured.size > 2 * rows.length + spare) forget()
    },
    measure: (key, height) => {
      const before = measured.get(key)
      if (before !== undefined && Math.abs(before - height) < 0.05) return false
      measured.set(key, height)
      const index = heights.indexOf(key, valid)
      if (index !== -1) valid = Math.min(valid, index)
      return true
    },
    top: (index) => {
      const within = Math.max(0, Math.min(index, rows.length))
      reach(within)
      return tops[within] ?? 0
    },
    total: () => heights.top(rows.length),
    at: (y) => {
      reach(rows.length)
      let low = 0
      let high = rows.length - 1
      while (low < high) {
        const middle = (low + high + 1) >> 1
        if ((tops[middle] ?? 0) <= y) low = middle
        else high = middle - 1
      }
      return Math.max(0, low)
    },
    indexOf: (key, near = 0) => {
      // Nearly always close to where it was.
      for (let away = 0; away < rows.length; away++) {
        if (rows[near + away]?.key === key) return near + away
        if (away > 0 && rows[near - away]?.key === key) return near - away
        if (near - away < 0 && near + away >= rows.length) return -1
      }
      return -1
    },
  }
  return heights
}
