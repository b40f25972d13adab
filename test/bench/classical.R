# The series of bench_classical, each by auto.arima, ets and thetaf of package forecast: processor seconds.
suppressPackageStartupMessages(library(forecast))
lines <- strsplit(system("build/plain/bench_classical.exe --series", intern = TRUE), " ")
series <- lapply(lines, function(line) ts(as.numeric(line[-1]), frequency = as.integer(line[1])))
measure <- function(name, fit) {
	seconds <- system.time(criteria <- vapply(series, fit, 0))
	cat(sprintf('{"name": "%s, %d series", "seconds": %.6f}\n', name, length(series), seconds[["user.self"]] + seconds[["sys.self"]]))
	if ("--criteria" %in% commandArgs(TRUE))
		cat(sprintf("%s %d %.4f\n", name, seq_along(criteria) - 1, criteria), sep = "")
}
measure("auto.arima", function(y) auto.arima(y)$aicc)
measure("ets", function(y) ets(y)$aicc)
measure("thetaf", function(y) mean(thetaf(y, h = 8)$mean))
