-- A copy of the database calls nobody: no keys, no switch, nothing waiting.
UPDATE stripe_account
   SET secret_key = NULL, webhook_secrets = NULL, webhook_endpoint = NULL,
       webhook_since = NULL, silent_since = NULL;
UPDATE res_company
   SET stripe_invoice = FALSE, stripe_pasted_key = NULL;
UPDATE stripe_document
   SET pending = FALSE, pending_call = NULL, charge_at = NULL;
UPDATE stripe_customer
   SET pending_call = NULL, setup_wanted = FALSE, setup_url = NULL;
