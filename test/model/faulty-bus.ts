import type { Bus, BusMessage } from '../../src/platform/bus/index.ts'

export interface Faults {
  /** In so many of a hundred log messages: it never arrives, the next one overtakes it, it comes twice. */
  lose: number
  swap: number
  repeat: number
}

/** A bus whose log messages get lost, swapped and repeated. */
export function faultyBus(bus: Bus, { lose, swap, repeat }: Faults): Bus {
  const happens = (percent: number) => Math.random() * 100 < percent
  let kept: BusMessage | undefined
  return {
    ...bus,
    receive: (receiver) =>
      bus.receive((message) => {
        if (message.kind !== 'log') return receiver(message)
        if (happens(lose)) return
        const overtaken = kept
        kept = overtaken === undefined && happens(swap) ? message : undefined
        if (kept !== undefined) return
        receiver(message)
        if (happens(repeat)) receiver(message)
        if (overtaken !== undefined) receiver(overtaken)
      }),
  }
}
