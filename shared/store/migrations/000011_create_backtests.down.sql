DROP TABLE backtest_cases;
DROP TABLE backtest_portions;
DROP TABLE backtests;
