-- How it goes with what a media server says by itself, and when it was last seen where its own
-- network was last seen on the internet.
ALTER TABLE media_server_states
    ADD COLUMN events_at timestamptz,
    ADD COLUMN events_problem text,
    ADD COLUMN events_sentence text,
    ADD COLUMN public_address_at timestamptz,
    ADD CHECK ((events_problem IS NULL) = (events_sentence IS NULL));
