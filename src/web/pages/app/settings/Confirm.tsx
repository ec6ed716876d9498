import { type ReactNode, useEffect, useId, useRef } from 'react'

import { useWords } from './hooks.ts'

interface DialogProps {
  title: string
  onClose(): void
  children: ReactNode
}

/** What must be answered first. The browser keeps the focus inside, closes it at Escape, and gives the focus back. */
export function Dialog({ title, onClose, children }: DialogProps) {
  const id = useId()
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const shown = dialog.current
    shown?.showModal()
    return () => shown?.close()
  }, [])
  return (
    <dialog ref={dialog} className="vs-dialog" aria-labelledby={id} onCancel={onClose}>
      <h2 id={id}>{title}</h2>
      {children}
    </dialog>
  )
}

interface ConfirmProps {
  title: string
  text: string
  button: string
  onConfirm(): void
  onClose(): void
}

/** One sentence on what will happen, and the choice. */
export function Confirm({ title, text, button, onConfirm, onClose }: ConfirmProps) {
  const words = useWords()
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{text}</p>
      <div className="vs-actions">
        <button className="vs-button vs-danger" type="button" onClick={onConfirm}>
          {button}
        </button>
        <button className="vs-button" type="button" onClick={onClose}>
          {words.cancel}
        </button>
      </div>
    </Dialog>
  )
}
