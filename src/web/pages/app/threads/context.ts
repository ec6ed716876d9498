import { createContext, useContext, useEffect, useMemo } from 'react'

import { useSignedIn, useStore } from '../context.ts'
import { createStore } from '../settable.ts'
import { createThreads, type UnreadThreads } from './unread-threads.ts'

const none: UnreadThreads = createStore(null)

export const ThreadsContext = createContext<UnreadThreads>(none)

/** Follows the threads of the person who is signed in. */
export function useThreadsFollowed(): UnreadThreads {
  const chat = useSignedIn()
  const { threads, follow } = useMemo(() => createThreads(chat), [chat])
  useEffect(follow, [follow])
  return threads
}

/** Threads with replies that one has not read; none while they are not known. */
export const useUnreadThreads = () => useStore(useContext(ThreadsContext)) ?? []
