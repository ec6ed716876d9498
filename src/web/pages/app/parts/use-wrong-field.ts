import { useEffect, type RefObject } from 'react'

/** Brings whoever filled in a form to the first field that is wrong, once it is known. */
export function useWrongField(form: RefObject<HTMLFormElement | null>, error: unknown): void {
  useEffect(() => {
    if (error !== null) form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
  }, [form, error])
}
