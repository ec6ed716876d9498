import { useEffect, useState } from 'react'

const typing_ms = 250

/** What one types, once one has stopped. */
export function useSettled(text: string): string {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), typing_ms)
    return () => clearTimeout(timer)
  }, [text])
  return settled
}
