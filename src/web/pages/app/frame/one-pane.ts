/** Whether what is beside a conversation covers it: as the styles have it. */
export const isOnePane = (): boolean => matchMedia('(max-width: 899px)').matches
