/** Puts `value` behind all others, and lets go of those in front over `most` that nobody uses. */
export function recall<K, V>(all: Map<K, V>, key: K, value: V, most: number, isUsed: (key: K) => boolean): void {
  all.delete(key)
  all.set(key, value)
  for (const each of all.keys()) {
    if (all.size <= most) return
    if (each !== key && !isUsed(each)) all.delete(each)
  }
}
