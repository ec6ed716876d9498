/** The sample as the documentation has it; the test gives this file. */
export function ChatApp(): React.ReactNode
