-- Some identity providers sign the response or the assertion, never both. A connection may take the response's signature
-- for all that it covers; it does not unless an owner says so.
ALTER TABLE "sso_connection" ADD COLUMN "want_signed_assertion" BOOLEAN NOT NULL DEFAULT true;
