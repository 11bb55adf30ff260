-- A copy of the database calls nobody: no keys, no switch, nothing waiting.
UPDATE stripe_account
   SET secret_key = NULL, webhook_secrets = NULL, webhook_endpoint = NULL,
       webhook_since = NULL, silent_since = NULL, balance_wanted_at = NULL;
UPDATE res_company
   SET stripe_invoice = FALSE, stripe_pasted_key = NULL;
UPDATE stripe_document
   SET pending = FALSE, pending_call = NULL, charge_at = NULL, finalize_at = NULL,
       send_wanted = FALSE, refresh_wanted = FALSE, credit_notes_wanted = FALSE;
UPDATE account_move
   SET stripe_pending = FALSE
 WHERE stripe_pending;
UPDATE stripe_customer
   SET pending = FALSE, pending_call = NULL, setup_wanted = FALSE, setup_url = NULL;
UPDATE stripe_credit_note
   SET pending = FALSE, pending_call = NULL;
UPDATE stripe_refund
   SET pending = FALSE, pending_call = NULL;
UPDATE stripe_correction
   SET pending = FALSE, pending_call = NULL;
-- The page is the original's: whoever follows its link would pay there.
UPDATE stripe_checkout_session
   SET pending = FALSE, pending_call = NULL, wanted = FALSE, url = NULL;
UPDATE stripe_event
   SET state = 'ignored', next_attempt_at = NULL
 WHERE state IN ('received', 'failed');
