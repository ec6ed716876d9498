import { useState } from 'react'

import { useApp } from '../context.ts'
import { Button } from '../parts/Button.tsx'
import { download } from '../parts/copy.ts'
import { Outcome } from '../parts/Form.tsx'
import { useDeed } from '../parts/use-deed.ts'
import { Section } from './Section.tsx'
import { DeleteAccount } from './DeleteAccount.tsx'
import { useWords } from './hooks.ts'

export function YourData() {
  const words = useWords()
  const { rest } = useApp()
  const deed = useDeed()
  const [is_leaving, leave] = useState(false)
  const take = () =>
    deed.run(async () => {
      const all = await rest('GET /users/me/export')
      download(
        `veza-chat-${new Date().toISOString().slice(0, 10)}.json`,
        JSON.stringify(all, null, 2),
        'application/json',
      )
      return words.data.exportDone
    })
  return (
    <>
      <Section title={words.data.exportTitle}>
        <p>{words.data.exported}</p>
        <div className="app-form-row">
          <Button aria-disabled={deed.busy} onClick={take}>
            {words.data.export}
          </Button>
          <Outcome of={deed} />
        </div>
      </Section>
      <Section title={words.data.deleteTitle}>
        <p>{words.data.deleteExplained}</p>
        <Button kind="danger" onClick={() => leave(true)}>
          {words.data.delete}
        </Button>
      </Section>
      {is_leaving && <DeleteAccount onClose={() => leave(false)} />}
    </>
  )
}
