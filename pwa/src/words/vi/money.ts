/** An amount inside a sentence. */
export const money = {
  amount: "{số} đồng",
} as const;
