"""Pages of statistics: public ones, and the dashboards."""
