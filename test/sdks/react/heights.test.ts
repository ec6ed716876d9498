import { expect, test } from 'bun:test'

import { createHeights } from '../../../sdks/react/src/timeline/heights.ts'

const rows = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => ({ key: String(from + at) }))

test('rows that are gone for a while are as tall as they were when they come again', () => {
  const heights = createHeights(50)
  heights.rows(rows(0, 500))
  for (const { key } of rows(0, 500)) heights.measure(key, 80)
  heights.rows(rows(400, 900))
  for (const { key } of rows(500, 900)) heights.measure(key, 80)
  heights.rows(rows(0, 500))
  expect(heights.total()).toBe(500 * 80)
})

test('of a timeline that goes on for days not every row that ever was is known', () => {
  const heights = createHeights(50)
  for (let at = 0; at < 10_000; at += 100) {
    heights.rows(rows(at, at + 500))
    for (const { key } of rows(at, at + 500)) heights.measure(key, 80)
  }
  expect(heights.total()).toBe(500 * 80)
  heights.rows(rows(0, 500))
  expect(heights.total()).toBe(500 * 50)
})
