DROP TABLE media_server_states;
