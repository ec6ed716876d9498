/** What a benchmark is given. */
export interface Bench {
  program: string[]
  /** Empty, and removed at the end. */
  directory: string
  runs: number
  quick: boolean
  say(line: string): void
}

/** One figure of performance.md's targets. */
export interface Figure {
  id: string
  what: string
  measured: string
  floor: string
  /** Of the measured value to its floor. */
  ratio: number | null
  target: string
  holds: boolean | null
}

export interface Table {
  title: string
  head: string[]
  rows: string[][]
}

export interface Part {
  figures: Figure[]
  tables: Table[]
  /** What each run gave, for dist/bench.json. */
  runs: unknown[]
}

export const ms = (value: number): string => `${value < 10 ? value.toFixed(2) : value.toFixed(1)} ms`
export const us = (seconds: number): string => `${(seconds * 1e6).toFixed(seconds < 1e-5 ? 2 : 1)} us`
export const mb = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MB`
export const kb = (bytes: number): string => `${(bytes / 1024).toFixed(2)} KB`
export const count = (value: number): string => Math.round(value).toLocaleString('en')

/** Runs one after the other, numbered from 1. */
export async function repeat<T>(runs: number, once: (run: number) => Promise<T>): Promise<T[]> {
  const results: T[] = []
  for (let run = 1; run <= runs; run++) results.push(await once(run))
  return results
}
