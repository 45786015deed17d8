DROP TABLE user_traces;
DROP TABLE household_words;
DROP TABLE user_households;
