ALTER TABLE media_server_states
    DROP COLUMN events_at,
    DROP COLUMN events_problem,
    DROP COLUMN events_sentence,
    DROP COLUMN public_address_at;
