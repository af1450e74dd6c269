# Four questions, a row each. A widget says which metrics; place and size follow from its turn in the row.
locals {
  region = data.aws_region.current.id

  rows = [
    { title = "Is it up?", widgets = local.up_widgets },
    { title = "Is it right?", widgets = local.right_widgets },
    { title = "Is it slow?", widgets = local.slow_widgets },
    { title = "What does it cost?", widgets = local.cost_widgets },
  ]

  per_line    = 3
  row_heights = [for row in local.rows : 1 + 6 * ceil(length(row.widgets) / local.per_line)]

  placed = flatten([
    for index, row in local.rows : [
      for top in [local.alarm_height + sum(concat([0], slice(local.row_heights, 0, index)))] : [
        [{ type = "text", x = 0, y = top, width = 24, height = 1, properties = { markdown = "## ${row.title}", background = "transparent" } }],
        [for turn, widget in row.widgets : {
          type   = try(widget.type, "metric")
          x      = turn % local.per_line * 8
          y      = top + 1 + floor(turn / local.per_line) * 6
          width  = 8
          height = 6
          properties = try(widget.properties, {
            title   = widget.title
            stat    = try(widget.stat, "Sum")
            metrics = widget.metrics
            period  = try(widget.period, 60)
            region  = local.region
            view    = "timeSeries"
          })
        }],
      ]
    ]
  ])

  alarm_height = 4

  alarm_widget = {
    type   = "alarm"
    x      = 0
    y      = 0
    width  = 24
    height = local.alarm_height
    properties = {
      title = "Alarms"
      alarms = concat(
        [for key in sort(keys(local.composites)) : local.composites[key].arn],
        [for key in sort(keys(aws_cloudwatch_metric_alarm.this)) : aws_cloudwatch_metric_alarm.this[key].arn],
      )
    }
  }
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.name
  dashboard_body = jsonencode({ widgets = concat([local.alarm_widget], local.placed) })
}
