export type { Bus, BusMessage, Channel, LogEntry } from './bus.ts'
export { createExchange, createMemoryBus } from './memory.ts'
