import { useText } from '../context.ts'
import { BackLine } from '../frame/BackLine.tsx'
import { EmptyPage } from '../parts/EmptyPage.tsx'
import { conversation_words } from './words.ts'

/** In place of a conversation that does not exist, or not for this person; `is_news` where it was there until now. */
export function NotThere({ is_news }: { is_news: boolean }) {
  const words = useText(conversation_words)
  return (
    <>
      <BackLine />
      <EmptyPage says={words.not_there} way={words.browse} is_news={is_news} />
    </>
  )
}
